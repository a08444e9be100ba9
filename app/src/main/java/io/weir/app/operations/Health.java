package io.weir.app.operations;

import io.weir.schemas.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Whether a process can go on, and whether each of its components does its job. Thread-safe. */
final class Health {

    /**
     * An answer.
     *
     * @param isGood whether all is well
     * @param body what is said
     */
    record Answer(boolean isGood, JsonObject body) {}

    private final Map<String, Supplier<Readiness>> components = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Supplier<Optional<String>> failure;
    private final BooleanSupplier stopping;

    /**
     * @param names of the components, none of which has begun
     * @param failure why the process cannot go on, if so
     * @param stopping whether it was asked to end
     */
    Health(List<String> names, Supplier<Optional<String>> failure, BooleanSupplier stopping) {
        names.forEach(name -> components.put(name, () -> Readiness.STARTING));
        this.failure = failure;
        this.stopping = stopping;
    }

    /** A component has begun and is asked from now on. */
    void watch(String name, Supplier<Readiness> component) {
        components.put(name, component);
    }

    /** Whether the process can still get anywhere: only a restart helps when not. */
    Answer live() {
        Optional<String> reason = failure.get();
        JsonObject body = new JsonObject().put("status", reason.isEmpty() ? "live" : "failed");
        reason.ifPresent(text -> body.put("reason", text));
        return new Answer(reason.isEmpty(), body);
    }

    /** Whether every component does its job now. */
    Answer ready() {
        boolean ready = true;
        JsonObject states = new JsonObject();
        for (Map.Entry<String, Supplier<Readiness>> component : snapshot().entrySet()) {
            Readiness readiness = component.getValue().get();
            ready &= readiness.isReady();
            states.put(component.getKey(), readiness.state());
        }
        boolean stops = stopping.getAsBoolean();
        String status = stops ? "stopping" : ready ? "ready" : "not ready";
        return new Answer(
                ready && !stops, new JsonObject().put("status", status).put("components", states));
    }

    /** What is asked may wait for a lock of its own. */
    private Map<String, Supplier<Readiness>> snapshot() {
        synchronized (components) {
            return new LinkedHashMap<>(components);
        }
    }
}
