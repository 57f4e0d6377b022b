/** A setting, as portal and clients declare theirs: read from text, and refused by the rule that it breaks. Knows the JDK only. */
package io.kafkasend.setting;
