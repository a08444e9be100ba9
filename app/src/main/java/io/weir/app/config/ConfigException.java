package io.weir.app.config;

import java.util.List;
import java.util.stream.Collectors;

/** All mistakes of the settings at once. */
public final class ConfigException extends RuntimeException {

    private final transient List<ConfigProblem> problems;

    public ConfigException(List<ConfigProblem> problems) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Never empty. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
