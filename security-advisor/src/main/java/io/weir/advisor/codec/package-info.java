/** Plain fields to bytes and back, for internal topics that only this application reads. */
package io.weir.advisor.codec;
