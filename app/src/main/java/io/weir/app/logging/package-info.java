/** Log lines: warnings in a short form to the standard error, everything to a file when asked. */
package io.weir.app.logging;
