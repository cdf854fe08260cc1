// 抽選, computed anew from its published file, as bookings/draws/proof.py does. Pure: it asks for nothing,
// sends nothing, touches no page. The exact bytes: docs/draws.md.
//
// SHA-256 stands here in plain script: the browser's own is missing where a page comes without https, and is slower
// for many short texts. The page compares the two where both are there.
"use strict";

const DrawProof = (() => {
  const CHECKS = ["promise", "list", "tickets", "secret", "number", "seed", "opened", "order", "result", "history"];

  const ROUND = (() => {
    const fraction = (number) => Math.floor((number - Math.floor(number)) * 2 ** 32) | 0;
    const primes = [];
    for (let number = 2; primes.length < 64; number += 1) {
      if (primes.every((prime) => number % prime)) primes.push(number);
    }
    return {
      start: primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime))),
      steps: primes.map((prime) => fraction(Math.cbrt(prime))),
    };
  })();

  function sha256(text) {
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(padded.length - 4, bytes.length << 3);
    const state = Int32Array.from(ROUND.start);
    const words = new Int32Array(64);
    const turned = (word, by) => (word >>> by) | (word << (32 - by));
    for (let block = 0; block < padded.length; block += 64) {
      for (let at = 0; at < 64; at += 1) {
        if (at < 16) {
          words[at] = view.getInt32(block + at * 4);
        } else {
          const near = words[at - 15];
          const last = words[at - 2];
          const small = turned(near, 7) ^ turned(near, 18) ^ (near >>> 3);
          const large = turned(last, 17) ^ turned(last, 19) ^ (last >>> 10);
          words[at] = words[at - 16] + small + words[at - 7] + large;
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let at = 0; at < 64; at += 1) {
        const large = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
        const first = (h + large + ((e & f) ^ (~e & g)) + ROUND.steps[at] + words[at]) | 0;
        const small = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
        const second = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] += word; });
    }
    return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  // One text of a JSON value: keys sorted, no spaces.
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value !== null && typeof value === "object") {
      const keys = Object.keys(value).sort();
      return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
    }
    return JSON.stringify(value);
  }

  const digest = (value) => sha256(canonical(value));
  const ticketOf = (sign, nonce) => sha256(`${sign}:${nonce}`);
  const placeOf = (ticket, seed) => sha256(`${seed}:${ticket}`);
  const isSorted = (texts) => texts.every((text, at) => at === 0 || texts[at - 1] < text);
  const isSame = (one, other) => canonical(one) === canonical(other);

  function stagesOf(shown) {
    const drawn = {};
    for (const name of ["secret", "seed", "rooms", "usable", "result"]) {
      if (name in shown) drawn[name] = shown[name];
    }
    const stages = {
      announced: shown.promise,
      closed: shown.list,
      numbered: shown.number,
      called_off: shown.called_off,
      drawn: "rooms" in shown ? drawn : null,
    };
    const reached = Object.entries(stages).filter(([, value]) => value !== null && value !== undefined);
    return Object.fromEntries(reached.map(([stage, value]) => [stage, digest(value)]));
  }

  function isInHistory(shown) {
    const linked = {};
    for (const row of shown.history) {
      const content = [row.before, shown.round, row.stage, row.at, row.content].join(":");
      if (row.link !== sha256(content) || row.stage in linked) return false;
      linked[row.stage] = row.content;
    }
    return isSame(linked, stagesOf(shown));
  }

  const dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

  // Every run of days next to each other in a choice, shorter than it and at least so long; the longest first.
  function partsOf(choice, least) {
    const parts = [];
    for (let length = choice.days.length - 1; length >= Math.max(least, 1); length -= 1) {
      for (let start = 0; start + length <= choice.days.length; start += 1) {
        const days = choice.days.slice(start, start + length);
        if (dayNumber(days[length - 1]) - dayNumber(days[0]) === length - 1) {
          parts.push({ service: choice.service, days });
        }
      }
    }
    return parts;
  }

  // Who is asked for what, one after the other, in each way of drawing (bookings/draws/mechanisms.py).
  const longest = (wish) => Math.max(0, ...wish.choices.map((choice) => choice.days.length));
  const upTo = (last) => Array.from({ length: last }, (_none, at) => at + 1);
  const turnsOf = (wishes, more = {}) => wishes.map((wish) => ({ wish, parts: true, ...more }));
  const most = (counts) => counts.reduce((one, other) => Math.max(one, other), 0);
  const isMarked = (wish) => Boolean(wish.marked);
  const WAYS = {
    serial: (ordered) => turnsOf(ordered),
    first_wishes: (ordered) => [
      ...upTo(most(ordered.map((wish) => wish.choices.length))).flatMap((choice) => turnsOf(
        ordered.filter((wish) => choice <= wish.choices.length),
        { choice, parts: false },
      )),
      ...turnsOf(ordered.filter((wish) => wish.least_days !== null)),
    ],
    fewest_days: (ordered) => [
      ...upTo(most(ordered.map(longest))).flatMap((length) => turnsOf(
        ordered.filter((wish) => length <= longest(wish)),
        { length },
      )),
      ...turnsOf(ordered, { again: true }),
      ...turnsOf(ordered),
    ],
    once_each: (ordered) => turnsOf([
      ...ordered.filter((wish) => !isMarked(wish)),
      ...ordered.filter(isMarked),
    ]),
    near_limit: (ordered) => [
      ...turnsOf(ordered.filter(isMarked), { aside: true }),
      ...ordered.flatMap((wish) => turnsOf([wish], { again: isMarked(wish) })),
      ...turnsOf(ordered),
    ],
  };

  // Serve the entries in this order: each gets, when its turn comes, the best of its choices that is left.
  function serve(ordered, rooms, usable, way = "serial", asidePercent = 0) {
    const left = new Map();
    const aside = new Map();
    for (const [day, room] of Object.entries(rooms)) {
      left.set(day, { ...room });
      const places = Math.max(Math.min(Math.ceil((room.places * asidePercent) / 100), room.places - 1), 0);
      aside.set(day, { ...room, places });
    }

    const isLeft = (of, asked, sibling) => asked.days.every((day) => {
      const room = of.get(day);
      return room !== undefined && room.places > 0 && !room.closed_to.includes(asked.service)
        && (!sibling || room.for_siblings === null || room.for_siblings > 0);
    });
    const isWithin = (asked, one) => (
      asked.service === one.service && asked.days.every((day) => one.days.includes(day))
    );
    const mayBeGiven = (wish, asked, sibling) => {
      const within = usable[wish.sign];
      return within === undefined || within.some((one) => isWithin(asked, one) && !(sibling && one.alone));
    };

    function best(turn, sibling) {
      const { wish } = turn;
      const fits = (asked) => mayBeGiven(wish, asked, sibling) && isLeft(left, asked, sibling)
        && (!turn.aside || isLeft(aside, asked, sibling));
      const isAsked = (at) => turn.choice === undefined || turn.choice === at + 1;
      const isLong = (asked) => turn.length === undefined || turn.length === asked.days.length;
      const whole = wish.choices.findIndex((choice, at) => (
        isAsked(at) && choice.days.length > 0 && isLong(choice) && fits(choice)
      ));
      if (whole >= 0) return { number: whole + 1, given: wish.choices[whole] };
      if (wish.least_days === null || !turn.parts) return null;
      let found = null;
      wish.choices.forEach((choice, at) => {
        if (!isAsked(at)) return;
        for (const part of partsOf(choice, wish.least_days)) {
          if (found !== null && part.days.length <= found.given.days.length) return;
          if (isLong(part) && fits(part)) found = { number: at + 1, given: part };
        }
      });
      return found;
    }

    function take(of, award, places) {
      for (const day of award.days) {
        const room = of.get(day);
        room.places -= places;
        if (award.sibling && room.for_siblings !== null) room.for_siblings -= places;
      }
    }

    const nothing = { service: "", days: [], choice: null, is_part: false, sibling: false };

    function served(turn, order) {
      const { wish } = turn;
      for (const sibling of wish.sibling && wish.or_without ? [true, false] : [wish.sibling]) {
        const found = best(turn, sibling);
        if (found !== null) {
          const isPart = found.given.days.length < wish.choices[found.number - 1].days.length;
          const { service, days } = found.given;
          return { sign: wish.sign, order, service, days, choice: found.number, is_part: isPart, sibling };
        }
      }
      return { sign: wish.sign, order, ...nothing };
    }

    const given = new Map(ordered.map((wish, at) => [wish.sign, { sign: wish.sign, order: at + 1, ...nothing }]));
    for (const turn of WAYS[way](ordered)) {
      const had = given.get(turn.wish.sign);
      if (had.days.length === 0 || turn.again) {
        take(left, had, -1);
        const found = served(turn, had.order);
        const kept = found.days.length > 0 ? found : had;
        take(left, kept, 1);
        if (turn.aside) take(aside, kept, 1);
        given.set(turn.wish.sign, kept);
      }
    }
    return [...given.values()];
  }

  function isGiven(shown) {
    const wishes = new Map(shown.list.entries.map((row) => [row.sign, row]));
    const ordered = shown.result.map((row) => wishes.get(row.sign)).filter((wish) => wish !== undefined);
    const told = shown.result.map((row) => Object.fromEntries(
      Object.entries(row).filter(([name]) => name !== "nonce"),
    ));
    const { mechanism, set_aside_percent: aside = 0 } = shown.promise;
    return isSame(serve(ordered, shown.rooms, shown.usable, mechanism, aside), told);
  }

  // Of a draw that was called off, and nothing is given: nothing else stands in no signed result.
  function isOrderAlone(shown) {
    const isBare = (row) => isSame(Object.keys(row).sort(), ["nonce", "order", "sign"]);
    return "called_off" in shown && shown.result.every(isBare);
  }

  // What can be looked at in a file of this stage, by name: whether it agrees.
  function checks(shown) {
    const { promise, list } = shown;
    if (!("list" in shown)) {
      if (["secret", "rooms", "result"].some((name) => name in shown)) throw new TypeError("no list of entries");
      return { history: isInHistory(shown) };
    }
    const signs = list.entries.map((row) => row.sign).sort();
    const found = {
      promise: list.promise === digest(promise),
      list: shown.list_digest === digest(list),
      tickets: isSorted(list.tickets) && list.tickets.length === list.tickets_each * signs.length && isSorted(signs),
      history: isInHistory(shown),
    };
    if ("secret" in shown) found.secret = sha256(shown.secret) === promise.commitment;
    if (!("result" in shown)) return found;
    const number = shown.number ? shown.number.value : "";
    const own = shown.result.map((row) => ticketOf(row.sign, row.nonce));
    const places = own.map((ticket) => placeOf(ticket, shown.seed));
    const listed = new Set(list.tickets);
    found.number = Boolean(number) === Boolean(promise.number_source);
    found.seed = shown.seed === sha256(`${shown.secret}:${shown.list_digest}:${number}`);
    found.opened = isSame(shown.result.map((row) => row.sign).sort(), signs) && own.every((one) => listed.has(one));
    found.order = isSorted(places) && shown.result.every((row, at) => row.order === at + 1);
    found.result = "rooms" in shown ? isGiven(shown) : isOrderAlone(shown);
    return found;
  }

  // Whether an entry was not served at the first of its tickets, or one of them is not on the list.
  function isPassedOver(shown, sign, nonces) {
    const tickets = nonces.map((nonce) => ticketOf(sign, nonce));
    const listed = new Set(shown.list.tickets);
    if (!tickets.every((ticket) => listed.has(ticket))) return true;
    if (!("result" in shown)) return false;
    const place = (ticket) => placeOf(ticket, shown.seed);
    const first = tickets.reduce((one, other) => (place(other) < place(one) ? other : one));
    const served = shown.result.find((row) => row.sign === sign);
    return served === undefined || ticketOf(sign, served.nonce) !== first;
  }

  const bytesOf = (digits) => Uint8Array.from(digits.match(/../g) || [], (pair) => Number.parseInt(pair, 16));

  // Whether every link of the history was signed with one of the keys; null where this browser cannot say.
  async function isSigned(shown, keys) {
    const subtle = globalThis.crypto && globalThis.crypto.subtle;
    if (!subtle) return null;
    const kind = { name: "ECDSA", namedCurve: "P-256" };
    const publics = await Promise.all(
      keys.map((key) => subtle.importKey("raw", bytesOf(key), kind, false, ["verify"])),
    );
    for (const row of shown.history) {
      const way = { name: "ECDSA", hash: "SHA-256" };
      const said = new TextEncoder().encode(row.link);
      const made = bytesOf(row.signature);
      const fits = await Promise.all(publics.map((key) => subtle.verify(way, key, made, said)));
      if (!fits.includes(true)) return false;
    }
    return true;
  }

  // Whether our SHA-256 is the browser's own; null where it has none here.
  async function isSameSha(text) {
    const subtle = globalThis.crypto && globalThis.crypto.subtle;
    if (!subtle) return null;
    const made = new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(text)));
    return [...made].map((byte) => byte.toString(16).padStart(2, "0")).join("") === sha256(text);
  }

  return { CHECKS, canonical, checks, digest, isPassedOver, isSameSha, isSigned, serve, sha256 };
})();
