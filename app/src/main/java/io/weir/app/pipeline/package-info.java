/** The wiring: which parts run in this process, and what happens from start to stop. */
package io.weir.app.pipeline;
