import { createHash, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import OpenIDConnectStrategy from 'passport-openidconnect';
import { z } from 'zod';
import { SignInFailure } from './failure.ts';
import type { PendingSignIns } from './pending-sign-ins.ts';
import type { Provider } from './provider.ts';
import type { PendingSignIn } from './sign-in.repo.ts';
import { exchangeCode, type Proof } from './token-exchange.ts';

export type Verified = Proof & Pick<PendingSignIn, 'returnTo' | 'again'>;

/** What brings somebody to the strategy: they want to sign in, or the provider sent them back. */
export type Step = { begin: Pick<PendingSignIn, 'returnTo' | 'again'> } | { finish: true };

type Options = { step: Step; provider: Provider; pending: PendingSignIns; redirectUri: string };

const Answer = z.object({
  state: z.string().min(1).max(200),
  code: z.string().min(1).max(8192).optional(),
  error: z.string().optional(),
  iss: z.string().optional(),
});
type Answer = z.infer<typeof Answer>;

/**
 * passport-openidconnect with what it lacks: PKCE, a nonce, a state per attempt, the issuer in the answer (RFC 9207),
 * and, before anything of it is read, a verified ID token from an exchange with limits. One instance serves one request.
 */
export class OidcStrategy extends OpenIDConnectStrategy {
  private readonly options: Options;
  private attempt: PendingSignIn | undefined;
  private proof: Proof | undefined;

  constructor(options: Options) {
    const { provider, redirectUri } = options;
    super(
      {
        issuer: provider.metadata.issuer,
        authorizationURL: provider.metadata.authorization_endpoint,
        tokenURL: provider.metadata.token_endpoint,
        userInfoURL: '',
        skipUserProfile: true,
        clientID: provider.clientId,
        clientSecret: provider.clientSecret,
        callbackURL: redirectUri,
        scope: ['profile', 'email'],
        store: {
          store: (req, _context, _state, _meta, done) => this.attend(async () => done(null, await this.open(req))),
          verify: (_req, _state, done) => done(null, { nonce: this.attempt?.nonce }),
        },
      },
      (_issuer: string, _profile: OpenIDConnectStrategy.Profile, done: OpenIDConnectStrategy.VerifyCallback) =>
        done(null, this.verified()),
    );
    this.options = options;
    Object.assign(this._oauth2, {
      getOAuthAccessToken: (code: string, _parameters: unknown, done: TokensTaken) =>
        this.attend(async () => {
          const { accessToken, idToken } = await this.exchange(code);
          done(null, accessToken, undefined, { id_token: idToken });
        }),
    });
  }

  override authenticate(req: Request): void {
    const { step } = this.options;
    // The library takes anything with a code for an answer, wherever it arrives.
    const isAnswer = 'code' in req.query || 'error' in req.query;
    this.attend(async () => {
      if (isAnswer !== 'finish' in step) throw new SignInFailure('failed', 'The request is not one of this step.');
      this.attempt = 'finish' in step ? await this.take(req) : this.begun(step.begin);
      super.authenticate(req);
    });
  }

  override authorizationParams(): object {
    const { nonce, verifier, again } = this.underWay();
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const fresh = again && { prompt: 'login', max_age: '0' };
    return { nonce, code_challenge: challenge, code_challenge_method: 'S256', ...fresh };
  }

  private begun(wanted: Pick<PendingSignIn, 'returnTo' | 'again'>): PendingSignIn {
    return { provider: this.options.provider.id, nonce: random(), verifier: random(), ...wanted };
  }

  private async open(req: Request): Promise<string> {
    const state = random();
    await this.options.pending.open(req, state, this.underWay());
    return state;
  }

  private async take(req: Request): Promise<PendingSignIn> {
    const parsed = Answer.safeParse(req.query);
    if (!parsed.success) throw new SignInFailure('failed', 'The answer is malformed.', parsed.error);
    const { state, error, iss } = parsed.data;
    const attempt = await this.options.pending.take(req, state);
    if (!attempt) throw new SignInFailure('expired', 'No sign-in of this browser waits for this answer.');
    const { issuer, authorization_response_iss_parameter_supported: promised } = this.options.provider.metadata;
    const mixedUp = attempt.provider !== this.options.provider.id;
    if (mixedUp || (iss === undefined ? promised : iss !== issuer)) {
      throw new SignInFailure('failed', 'The answer comes from another provider.');
    }
    if (error !== undefined) throw refusal(error);
    return attempt;
  }

  private async exchange(code: string): Promise<Proof> {
    const { provider, redirectUri } = this.options;
    const { nonce, verifier } = this.underWay();
    this.proof = await exchangeCode(provider, { code, verifier, nonce, redirectUri });
    return this.proof;
  }

  private verified(): Verified {
    if (!this.proof) throw new SignInFailure('failed', 'Nothing was proved.');
    const { returnTo, again } = this.underWay();
    return { ...this.proof, returnTo, again };
  }

  private underWay(): PendingSignIn {
    if (!this.attempt) throw new SignInFailure('failed', 'No sign-in is under way.');
    return this.attempt;
  }

  /** Whatever goes wrong in here is this request's failure, never the process's. */
  private attend(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.error(
        error instanceof Error ? error : new Error('Something was thrown that is no error.', { cause: error }),
      );
    });
  }
}

type TokensTaken = (error: null, accessToken: string, refreshToken: undefined, more: { id_token: string }) => void;

/** 256 bits. */
const random = (): string => randomBytes(32).toString('base64url');

/** What the provider's error (RFC 6749, section 4.1.2.1) means to the person. */
function refusal(error: string): SignInFailure {
  const why = `The provider answers ${JSON.stringify(error.slice(0, 80))}.`;
  if (error === 'access_denied') return new SignInFailure('refused', why);
  const down = error === 'server_error' || error === 'temporarily_unavailable';
  return new SignInFailure(down ? 'provider-unreachable' : 'failed', why);
}
