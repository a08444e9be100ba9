/** Summaries of many values in little memory, each with the error that it states. */
package io.weir.topology.sketch;
