package io.kafkasend.portal.lifecycle;

import java.util.Iterator;

/**
 * An iterator for Camel's splitter, which asks it outside of any step: an Error becomes an exception, which fails the job at
 * hand. Not thread-safe.
 *
 * @param <T> what it gives
 */
public final class ErrorCatchingIterator<T> implements Iterator<T> {
    private final Iterator<T> iterator;

    public ErrorCatchingIterator(Iterator<T> iterator) {
        this.iterator = iterator;
    }

    @Override
    public boolean hasNext() {
        try {
            return iterator.hasNext();
        } catch (Error e) {
            throw new StepErrorException("the answer's cutting", e);
        }
    }

    @Override
    public T next() {
        try {
            return iterator.next();
        } catch (Error e) {
            throw new StepErrorException("the answer's cutting", e);
        }
    }
}
