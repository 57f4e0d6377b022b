/**
 * {@code demo}, {@code broker}, {@code sample-api} and {@code bench}: what is for trying out. The only room here that
 * knows the packages {@code dev} and {@code bench}.
 */
package io.kafkasend.cli.dev;
