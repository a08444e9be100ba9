/** Records that a part of Weir cannot read: what becomes of them is the same everywhere. */
package io.weir.schemas.rejected;
