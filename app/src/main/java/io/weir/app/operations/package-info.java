/** What a running process says of itself to those who operate it: metrics and health, over HTTP. */
package io.weir.app.operations;
