/** The contract: records, topics and serdes that every part of Weir shares. */
package io.weir.schemas;
