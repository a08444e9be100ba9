/** Reading topics for people: where the cluster is, from where to where, filters, tables and JSON. */
package io.weir.app.read;
