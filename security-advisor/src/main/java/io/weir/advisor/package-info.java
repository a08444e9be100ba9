/** The Security Advisor: a Kafka Streams application that classifies flows and raises findings. */
package io.weir.advisor;
