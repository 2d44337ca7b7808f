import Disk
import Foundation
@testable import Tables
import Testing

@Suite struct JSONLinesTests {
  private func csv(_ text: String, blockBytes: Int = 1 << 20) throws -> String {
    try csv(Array(text.utf8), blockBytes: blockBytes)
  }

  private func csv(_ bytes: [UInt8], blockBytes: Int = 1 << 20) throws -> String {
    var stream = try TableSource(name: "a.jsonl") { MemoryStream(bytes, blockBytes: blockBytes) }.open()
    return String(decoding: try stream.readAll(), as: UTF8.self)
  }

  private func failure(_ bytes: [UInt8]) -> String {
    do { return "no failure: " + (try csv(bytes)) } catch { return "\(error)" }
  }

  @Test("what Python's json reads, we read, in blocks of any size", arguments: [1, 61, 4096, 1 << 20])
  func agreesWithPython(blockBytes: Int) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Fixtures")
    let lines = Array(try Data(contentsOf: folder.appendingPathComponent("nasty.jsonl")))
    let expected = try Data(contentsOf: folder.appendingPathComponent("nasty.csv"))
    // One byte at a time is the slowest way to find a fault at a border: a part of the file will do.
    let count = blockBytes == 1 ? 3000 : lines.count
    let found = try csv(Array(lines.prefix(lines[..<count].lastIndex(of: 10) ?? 0)), blockBytes: blockBytes)
    if blockBytes > 1 { #expect(found == String(decoding: expected, as: UTF8.self)) }
    #expect(found == (try csv(Array(lines.prefix(lines[..<count].lastIndex(of: 10) ?? 0)))))
  }

  @Test(
    "columns are the keys of all lines in the order of their first appearance",
    arguments: [
      ("{\"a\":1}\n{\"b\":\"x\",\"a\":2}\n", "\"a\",\"b\"\n1,\n2,\"x\"\n"),
      (
        "\u{FEFF}\n{\"a\":{\"b\":{\"c\":true}},\"d\":[1, {\"e\":2}]}\r\n\n",
        "\"a.b.c\",\"d\"\ntrue,\"[1, {\"\"e\"\":2}]\"\n"
      ),
      ("{\"a\":null}\n{\"a\":\"\"}\n{}", "\"a\"\nnull\n\"\"\nnull\n"),
      ("{\"a\":{},\"b\":-0.5e-3}\n", "\"b\"\n-0.5e-3\n"),
      ("", ""), ("\n \n", ""),
    ])
  func columns(lines: String, expected: String) throws { #expect(try csv(lines) == expected) }

  @Test("keys that are values are refused before they make a table of holes")
  func holes() {
    let lines = (0..<5_000).map { "{\"k\($0)\":1}\n" }.joined()
    #expect(failure(Array(lines.utf8)).contains("have 5000 different keys, most of them in few objects"))
  }

  @Test("rows come in pieces of about a megabyte, however wide they are")
  func pieces() throws {
    let wide = "{" + (0..<8_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}\n"
    let bytes = Array((wide + String(repeating: "{}\n", count: 300)).utf8)
    var stream = try TableSource(name: "a.jsonl") { MemoryStream(bytes, blockBytes: 1 << 20) }.open()
    var pieces: [Int] = []
    var lineCount = 0
    while let piece = try stream.next() {
      pieces.append(piece.count)
      lineCount += piece.count { $0 == 10 }
    }
    #expect(lineCount == 302)
    #expect(pieces.count > 3 && pieces.allSatisfy { $0 <= (1 << 20) + 16_000 })
  }

  @Test(
    "what is no JSON object a line is told with its line",
    arguments: [
      ("{\"a\":1}\n\n[1]\n", "a.jsonl: row 2 (line 3): it is no JSON object: each line must be one, as {\"a\": 1}"),
      ("7\n", "it is no JSON object"), ("{\"a\":1} {\"a\":2}\n", "something follows the object"),
      ("{\"a\":1", "the object is not closed"),
      ("{\n\"a\":1}\n", "row 1 (line 1): a key in quotes must stand where the end is"),
      ("{\"a\":1,}\n", "a key in quotes must stand where “}” is"), ("{\"a\" 1}\n", "the key “a” has no colon after it"),
      ("{'a':1}\n", "a key in quotes must stand where “'a':1” is"),
      ("{\"a\":1 \"b\":2}\n", "a comma or a closing brace"),
      ("{\"a\":NaN}\n", "“NaN” is no JSON value: a missing one is written null"),
      ("{\"a\":-Infinity}\n", "“-Infinity” is no JSON value"),
      ("{\"a\":01}\n", "“01” is no JSON value"), ("{\"a\":.5}\n", "“.5” is no JSON value"),
      ("{\"a\":1.}\n", "“1.” is no JSON value"),
      ("{\"a\":+1}\n", "“+1” is no JSON value"), ("{\"a\":True}\n", "“True” is no JSON value"),
      ("{\"a\":}\n", "“}” is no JSON value"),
      ("{\"a\":1e999}\n", "the number “1e999” is beyond the largest"), ("{\"a\":nul}\n", "“nul” is no JSON value"),
      ("{\"a\":1,\"a\":2}\n", "the key “a” comes twice"),
      ("{\"a.b\":1,\"a\":{\"b\":2}}\n", "the key “a.b” comes twice"),
      ("{\"a\":1,\"\\u0061\":2}\n", "the key “a” comes twice"), ("{\"\":1}\n", "a key is empty"),
      ("{\"a\":\"x\ty\"}\n", "a string holds a control character: write it as \\u0009"),
      ("{\"a\":\"x\n", "a string is not closed"),
      ("{\"a\":\"\\x\"}\n", "there is no escape “\\x\"”"),
      ("{\"a\":\"\\u12g4\"}\n", "\\u needs four hexadecimal digits"),
      ("{\"a\":\"\\ud83d\"}\n", "is half a character"), ("{\"a\":\"\\ude00\"}\n", "is half a character"),
      ("{\"a\":\"\\ud83dx\\u0041\"}\n", "is half a character"), ("{\"a\":[1,]}\n", "“]” is no JSON value"),
      ("{\"a\":[1\n", "an array is not closed"), ("{\"a\":[{1:2}]}\n", "a key in quotes"),
      ("{}\n{}\n", "none of its objects has a key"),
    ])
  func faults(lines: String, reason: String) {
    let failure = failure(Array(lines.utf8))
    #expect(failure.contains(reason) && !failure.contains("no failure"), "\(failure)")
  }

  @Test("bytes that are no text, deep nesting and endless lines are told, too")
  func hostile() {
    let broken = Array("{\"a\":1}\n{\"b\":\"".utf8) + [0xC3, 0x28] + Array("\"}\n".utf8)
    #expect(failure(broken) == "a.jsonl: row 2 (line 2): it is not UTF-8")
    let deep = "{\"a\":" + String(repeating: "[", count: 100_000)
    #expect(failure(Array(deep.utf8)).hasSuffix("it is nested more than 200 levels deep"))
    let deepObjects = String(repeating: "{\"a\":", count: 100_000)
    #expect(failure(Array(deepObjects.utf8)).hasSuffix("it is nested more than 200 levels deep"))
    let long = Array("{}\n{\"a\":\"".utf8) + [UInt8](repeating: 120, count: 17 << 20)
    #expect(failure(long).hasPrefix("a.jsonl: row 2 (line 2): the line is longer than 16 MiB"))
  }

  @Test("a quoted value stays text")
  func quotesMeanText() {
    #expect(TableSource(name: "a.ndjson.gz") { MemoryStream([]) }.quotesMeanText)
    #expect(!TableSource(name: "a.csv") { MemoryStream([]) }.quotesMeanText)
  }
}
