import Disk
@testable import Tables
import Testing

@Suite struct SplitTests {
  private func split(_ method: Split.Method, test: Double = 0.25, validation: Double = 0.25, seed: UInt64 = 1) -> Split
  {
    Split(method: method, test: test, validation: validation, seed: seed)
  }

  @Test("by time, the latest rows are the test, and equal times are never parted")
  func byTime() throws {
    let times: [Int64] = [5, 1, 8, 8, 3, 2, 8, 4]
    let parts = try split(.time(column: "t")).assignments(
      rowCount: 8, key: Column(name: "t", storage: .timestamps(times)))
    #expect(
      parts == [.validation, .train, .test, .test, .train, .train, .test, .train]
        || Set(zip(times, parts).filter { $0.0 == 8 }.map(\.1)) == [.test])
    let latestTraining = zip(times, parts).filter { $0.1 == .train }.map(\.0).max() ?? 0
    let earliestTest = zip(times, parts).filter { $0.1 == .test }.map(\.0).min() ?? 0
    #expect(latestTraining < earliestTest)
  }

  @Test("a row without a time belongs to no part")
  func missingTime() throws {
    let column = Column(name: "t", storage: .timestamps([1, Column.missingInteger, 3]))
    let error = #expect(throws: TablesError.self) {
      try split(.time(column: "t")).assignments(rowCount: 3, key: column)
    }
    #expect(
      error?.description
        == "the column “t” is missing in 1 rows, first in row 2: a row without a time belongs to no part")
  }

  @Test("by hash, equal keys land in one part, whatever stands around them", arguments: [1, 2, 3] as [UInt64])
  func byHash(seed: UInt64) throws {
    let keys = (0..<300).map { "k\($0 % 40)" }
    func parts(_ keys: [String]) throws -> [String: Split.Part] {
      let column = Column(name: "k", storage: .strings(.init(codes: Array(0..<Int32(keys.count)), values: keys)))
      let assigned = try split(.hash(column: "k"), seed: seed).assignments(rowCount: keys.count, key: column)
      var parts: [String: Split.Part] = [:]
      for (key, part) in zip(keys, assigned) { #expect(parts.updateValue(part, forKey: key) ?? part == part) }
      return parts
    }
    #expect(try parts(keys) == parts(keys.reversed()))
  }

  @Test("a seed means the same rows for ever")
  func random() throws {
    let parts = try split(.random, test: 0.3, validation: 0.2, seed: 7).assignments(rowCount: 12, key: nil)
    #expect(
      parts.map(\.rawValue)
        == (try split(.random, test: 0.3, validation: 0.2, seed: 7).assignments(rowCount: 12, key: nil)).map(\.rawValue)
    )
    let shares = try split(.random).assignments(rowCount: 20_000, key: nil)
    #expect(abs(Double(shares.count { $0 == .test }) / 20_000 - 0.25) < 0.02)
  }

  @Test("a part that would be empty is an error")
  func empty() {
    #expect(throws: TablesError.self) {
      try split(.time(column: "t")).assignments(rowCount: 3, key: Column(name: "t", storage: .integers([4, 4, 4])))
    }
  }

  @Test("records go to their parts byte for byte, the header to each")
  func copies() throws {
    let text = "t,v\r\n1,\"a,\nb\"\r\n2,c\r\n3,d"
    var written: [Split.Part: String] = [:]
    try reader(text, blockBytes: 3).copy([.train, .test, .train]) { part, bytes in
      written[part, default: ""] += String(decoding: bytes, as: UTF8.self)
    }
    #expect(written == [.train: "t,v\r\n1,\"a,\nb\"\r\n3,d\n", .test: "t,v\r\n2,c\r\n", .validation: "t,v\r\n"])
  }

  @Test(
    "a target is a column or a comparison, missing stays missing",
    arguments: [
      ("arr_delay > 15", [0, 1, -1] as [Int8]), ("arr_delay <= 10", [1, 0, -1]), ("arr_delay == 20", [0, 1, -1]),
      ("arr_delay != 20", [1, 0, -1]),
    ])
  func targets(text: String, expected: [Int8]) throws {
    let rule = try TargetRule(text)
    #expect(rule.column == "arr_delay")
    let column = Column(name: "arr_delay", storage: .floats([10, 20, .nan]))
    #expect(try rule.apply(to: column).storage == .booleans(expected))
  }

  @Test("half a comparison is no target", arguments: ["> 15", "a >", "a > b"])
  func brokenTargets(text: String) { #expect(throws: TablesError.self) { try TargetRule(text) } }
}
