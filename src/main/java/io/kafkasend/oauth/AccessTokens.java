package io.kafkasend.oauth;

/**
 * Where the portal gets the access token for its next API call.
 *
 * <p>Implementations are safe for use by many threads at once. A caller asks for {@link #current()} before each call and,
 * if the API answers 401, may ask once for {@link #renew(AccessToken)}; asking more than once for one call would make a
 * loop out of an API that refuses every token. A 403 says that the token is known and not enough: do not renew.
 */
public interface AccessTokens {

    /**
     * Gives a token that is valid now, from memory if there is one, else by asking the token server.
     *
     * <p>Blocks for as long as the token server takes, up to the implementation's timeout. Interrupting the calling thread
     * ends its wait alone, keeps its interrupt flag, and disturbs no other caller.
     *
     * @return a token, never null
     * @throws TokenException if none can be had; {@link TokenException#retryable()} says whether trying later may help
     */
    AccessToken current() throws TokenException;

    /**
     * Gives a token in place of one that the API has just refused with 401.
     *
     * <p>Forgets the token in memory only if it is the refused one: when a hundred calls are refused with the same token,
     * the first renews it and the others get what the first got. Blocks as {@link #current()} does.
     *
     * @param rejected the token that the API refused, not null
     * @return a token; equal to the refused one only where the token server itself insists on it
     * @throws TokenException if none can be had
     */
    AccessToken renew(AccessToken rejected) throws TokenException;
}
