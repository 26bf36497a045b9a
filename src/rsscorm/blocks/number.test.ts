/** Numbers as learners write them. */

import assert from "node:assert/strict";
import test from "node:test";

import { decimalOf } from "./number";

const TAKEN: Record<string, string> = {
  "12": "12",
  "12.5": "12.5",
  "12,5": "12.5",
  " 12 ": "12",
  "1 000": "1000",
  "1\u202f000,5": "1000.5",
  "1,000": "1000",
  "1,234,567.80": "1234567.8",
  "0,125": "0.125",
  "007": "7",
  "12.50": "12.5",
  "3.": "3",
  ".5": "0.5",
  "-3": "-3",
  "−3,5": "-3.5",
  "+4": "4",
  "-0.0": "0",
  "10 %": "10",
  "10%": "10",
  "0.12345678901234567890": "0.1234567890123456",
};

test("what people write is taken in its normal form", () => {
  for (const [text, number] of Object.entries(TAKEN)) assert.equal(decimalOf(text, "%"), number);
});

test("a normal form stays as it is, and resume data has room for it", () => {
  for (const number of Object.values(TAKEN)) {
    assert.equal(decimalOf(number), number);
    assert.ok(number.length <= 18, number);
  }
});

test("what is no number is not taken for one", () => {
  const others = ["", " ", "ten", "1.000,5", "1,2,3", "1.2.3", "--1", "1-", "1e3", ".", "-", "%", "£5"];
  for (const text of [...others, "0x10", "Infinity", "1".repeat(18)]) {
    assert.equal(decimalOf(text, "%"), null, text);
  }
});
