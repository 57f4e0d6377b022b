package io.kafkasend.security.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long SECOND = 1_000_000_000L;

    private final Allowance allowance = new Allowance();

    private static ClientPolicy limits(Long requests, Long bytes) {
        return new ClientPolicy(null, null, null, requests, bytes, null, null, null, null);
    }

    @Test
    void aMinutesWorthPassesAtOnceAndThenAnEvenStream() {
        // Given
        ClientPolicy policy = limits(2L, null);

        // Then
        assertThat(allowance.take(policy, 0, 0)).isZero();
        assertThat(allowance.take(policy, 0, 0)).isZero();
        assertThat(allowance.take(policy, 0, 0)).isEqualTo(30);
        assertThat(allowance.take(policy, 0, 20 * SECOND)).isEqualTo(10);
        assertThat(allowance.take(policy, 0, 30 * SECOND)).isZero();
        assertThat(allowance.take(policy, 0, 30 * SECOND)).isEqualTo(30);
    }

    @Test
    void bytesAreCountedApart() {
        // Given
        ClientPolicy policy = limits(null, 600L);

        // Then
        assertThat(allowance.take(policy, 500, 0)).isZero();
        assertThat(allowance.take(policy, 200, 0)).isEqualTo(10);
        assertThat(allowance.take(policy, 100, 0)).isZero();
    }

    @Test
    void whatIsRefusedForItsBytesCostsNoRequest() {
        // Given
        ClientPolicy policy = limits(2L, 100L);

        // Then
        assertThat(allowance.take(policy, 100, 0)).isZero();
        assertThat(allowance.take(policy, 60, 0)).isEqualTo(36);
        assertThat(allowance.take(policy, 0, 0)).isZero();
    }

    @Test
    void aRequestLargerThanTheBucketPassesWhenItIsFullAndIsMadeUpFor() {
        // Given
        ClientPolicy policy = limits(null, 60L);

        // Then
        assertThat(allowance.take(policy, 600, 0)).isZero();
        assertThat(allowance.take(policy, 1, 0)).isEqualTo(541);
        assertThat(allowance.take(policy, 600, 540 * SECOND)).isEqualTo(60);
        assertThat(allowance.take(policy, 600, 600 * SECOND)).isZero();
    }

    @Test
    void aLimitThatChangesHoldsAtOnce() {
        assertThat(allowance.take(limits(10L, null), 0, 0)).isZero();
        assertThat(allowance.take(limits(1L, null), 0, 0)).isZero();
        assertThat(allowance.take(limits(1L, null), 0, 0)).isEqualTo(60);
        assertThat(allowance.take(ClientPolicy.UNNARROWED, 1 << 30, 0)).isZero();
    }
}
