/** Sources of raw frames: capture files, streams of a capture, and live interfaces; nothing here looks inside a frame. */
package io.weir.collectors.capture;
