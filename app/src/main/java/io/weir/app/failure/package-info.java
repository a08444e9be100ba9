/** What the user is told when something does not work. */
package io.weir.app.failure;
