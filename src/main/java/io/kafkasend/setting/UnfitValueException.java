package io.kafkasend.setting;

/** A setting's value that breaks a rule which can be named. Its text ends the sentence that begins with the value. */
public final class UnfitValueException extends IllegalArgumentException {
    /**
     * @param rule what is wrong, such as "whose host has an underscore"; repeats nothing of the value
     */
    public UnfitValueException(String rule) {
        super(rule);
    }
}
