/** What messages to people are made with. */
package io.weir.schemas.text;
