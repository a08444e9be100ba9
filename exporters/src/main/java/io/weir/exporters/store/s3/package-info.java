/** Any store that speaks Amazon's S3 protocol. */
package io.weir.exporters.store.s3;
