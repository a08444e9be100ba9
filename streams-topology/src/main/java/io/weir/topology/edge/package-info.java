/** Edges: who talked to whom over which service, per window. */
package io.weir.topology.edge;
