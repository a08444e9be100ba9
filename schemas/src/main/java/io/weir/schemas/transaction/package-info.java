/** What becomes of a part whose transaction the broker has ended. */
package io.weir.schemas.transaction;
