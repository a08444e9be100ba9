/** The topic catalogue: each topic's name, key, partitioning, value and retention, declared once. */
package io.weir.schemas.topic;
