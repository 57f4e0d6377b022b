package io.kafkasend.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is applied to a cluster at once, as {@code deploy/render} has rendered it.
 *
 * @param name of its file
 * @param manifests what it holds
 */
record Rendering(String name, List<Manifest> manifests) {
    static final Path DIRECTORY = Path.of("src/test/resources/deploy");
    static final List<String> OVERLAYS = List.of("development", "production", "restricted", "autoscaling");

    static Rendering of(String name) {
        return new Rendering(name, Manifest.of(DIRECTORY.resolve(name + ".yaml")));
    }

    Manifest one(String kind) {
        List<Manifest> found = all(kind);
        if (found.isEmpty()) {
            throw new AssertionError("no " + kind + " in " + name);
        }
        return found.get(0);
    }

    List<Manifest> all(String kind) {
        return manifests.stream()
                .filter(manifest -> manifest.kind().equals(kind))
                .toList();
    }

    JsonNode pod() {
        return one("Deployment").spec().path("template").path("spec");
    }

    JsonNode container() {
        return pod().path("containers").path(0);
    }

    /** The portal's settings: what the ConfigMap has. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        one("ConfigMap")
                .json()
                .path("data")
                .properties()
                .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
        return settings;
    }

    @Override
    public String toString() {
        return name;
    }
}
