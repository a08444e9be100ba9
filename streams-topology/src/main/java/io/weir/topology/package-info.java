/** The Kafka Streams applications that turn packets into flows and edges: the pictures, their settings and their shell. */
package io.weir.topology;
