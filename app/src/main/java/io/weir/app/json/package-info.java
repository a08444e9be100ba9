/** JSON of our own results; records have {@code io.weir.schemas.json}. */
package io.weir.app.json;
