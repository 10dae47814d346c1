import { bodyOf } from './call.ts';
type Cookie = { name: string; value: string; path: string };

/** A browser without a screen: cookies with their paths, redirects one by one, and a sign-in through the real pages. */
export class Agent {
  readonly origin: string;
  readonly #userAgent: string | undefined;
  private cookies: Cookie[] = [];

  /** `userAgent`: what it calls itself. */
  constructor(origin: string, userAgent?: string) {
    this.origin = origin;
    this.#userAgent = userAgent;
  }

  /** One request, redirects not followed. Changes carry the Origin that a page of the site would send. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, this.origin);
    const headers = new Headers(init.headers);
    const cookie = this.cookie(url.pathname);
    if (cookie) headers.set('cookie', cookie);
    if (this.#userAgent) headers.set('user-agent', this.#userAgent);
    if ((init.method ?? 'GET') !== 'GET' && !headers.has('origin')) headers.set('origin', url.origin);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(line, url.pathname);
    return response;
  }

  get(path: string): Promise<Response> {
    return this.fetch(path);
  }

  post(path: string, body?: unknown): Promise<Response> {
    return this.send('POST', path, body);
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    return this.fetch(path, { method, ...bodyOf(body) });
  }

  /** The Cookie header for a path: for websockets, which do not come through here. */
  cookie(path = '/'): string {
    return this.cookies
      .filter((one) => path === one.path || path.startsWith(one.path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** What a cookie holds; undefined where there is none. */
  cookieNamed(name: string): string | undefined {
    return this.cookies.find((one) => one.name === name)?.value;
  }

  setCookie(name: string, value: string, path = '/'): void {
    this.cookies = this.cookies.filter((one) => one.name !== name || one.path !== path);
    this.cookies.push({ name, value, path });
  }

  /** Goes where the redirects lead; answers the last response and its address. */
  async follow(path: string, init?: RequestInit): Promise<{ url: URL; response: Response }> {
    let url = new URL(path, this.origin);
    let response = await this.fetch(url.href, init);
    for (let hops = 0; hops < 12; hops++) {
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) break;
      url = new URL(location, url);
      response = await this.fetch(url.href);
    }
    return { url, response };
  }

  /** Opens the sign-in page of the embedded provider; answers the address of its form. */
  async openSignIn(returnTo = '/'): Promise<string> {
    const { url, response } = await this.follow(`/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
    if (response.status !== 200 || !url.pathname.startsWith('/idp/interaction/')) {
      throw new Error(`No sign-in page but ${response.status} at ${url.href}`);
    }
    return url.pathname;
  }

  /** Sends the form of the sign-in page and goes where that leads. */
  submitPassword(form: string, email: string, password: string): Promise<{ url: URL; response: Response }> {
    return this.follow(form, { method: 'POST', body: new URLSearchParams({ email, password }) });
  }

  /** Signs in through the embedded provider. @throws where that does not end signed in. */
  async signIn(email: string, { password = 'cobench-demo', returnTo = '/' } = {}): Promise<this> {
    const { url } = await this.submitPassword(await this.openSignIn(returnTo), email, password);
    const me = await this.get('/api/v1/me');
    if (!me.ok) throw new Error(`${email} is not signed in: ${me.status} at ${url.href}`);
    return this;
  }

  private keep(line: string, requestPath: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const attribute = (key: string): string | undefined =>
      attributes.find((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = attribute('path') ?? requestPath.replace(/\/[^/]*$/, '') ?? '/';
    const expires = attribute('expires');
    this.cookies = this.cookies.filter((one) => one.name !== name || one.path !== path);
    const gone = value === '' || attribute('max-age') === '0' || (expires && new Date(expires) < new Date());
    if (!gone) this.cookies.push({ name, value, path: path || '/' });
  }
}
