package io.kafkasend.portal.lifecycle;

import org.apache.camel.CamelContextAware;

/** The process that a portal runs in: whose routes these are, and how it ends when it cannot go on. */
public interface PortalProcess extends CamelContextAware {
    /** How the process ends. */
    FailStop.Ending ending();
}
