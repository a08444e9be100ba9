package io.weir.app.cli;

import io.weir.app.config.Environment;
import io.weir.app.pipeline.Pipelines;
import io.weir.app.terminal.Console;
import java.util.function.Supplier;

/**
 * What every command is given.
 *
 * @param environment of the machine
 * @param console where output goes
 * @param pipelines asked for by the commands that need it, so that the others start without Kafka's classes
 */
public record CommandContext(Environment environment, Console console, Supplier<Pipelines> pipelines) {}
