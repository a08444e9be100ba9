/** Settings: the catalogue, the four places that they come from, and what is wrong with them. */
package io.weir.app.config;
