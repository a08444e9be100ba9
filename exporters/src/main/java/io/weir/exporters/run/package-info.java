/** The consumer of one sink: it drives records through the stages and commits what is stored. */
package io.weir.exporters.run;
