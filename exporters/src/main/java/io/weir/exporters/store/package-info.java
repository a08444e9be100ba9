/** Last stage: objects go to where they are kept. */
package io.weir.exporters.store;
