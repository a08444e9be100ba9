package io.weir.topology.netflow;

/** Is told of every change of the templates, so that a store can follow. */
@FunctionalInterface
public interface TemplateListener {
    /**
     * A template came or went.
     *
     * @param template the new one where there is one now, otherwise the one that is gone
     */
    void onTemplate(Template template, TemplateChange change);
}
