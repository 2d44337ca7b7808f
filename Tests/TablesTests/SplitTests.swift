import Disk
import Foundation
@testable import Tables
import Testing

@Suite struct SplitTests {
  private func split(
    _ method: Split.Method, test: Double = 0.25, validation: Double = 0.25, folds: Int = 0, seed: UInt64 = 1
  ) -> Split {
    Split(method: method, test: test, validation: validation, folds: folds, seed: seed)
  }

  private func timed(_ times: [Int64]) -> SplitKeys {
    SplitKeys(rowCount: times.count, times: Column(name: "t", storage: .timestamps(times)))
  }

  private func grouped(_ groups: [String], _ classes: [Int32] = []) -> SplitKeys {
    SplitKeys(rowCount: groups.count, groups: groups.map { SplitHash.hash($0) }, classes: classes)
  }

  /// A letter or digit a row: `t`rain, `v`alidation, tes`T`, `-` for left out, a fold's number.
  private func letters(_ parts: [Split.Part]) -> String {
    parts.map { part in
      switch part {
      case .train: "t"
      case .validation: "v"
      case .test: "T"
      case .leftOut: "-"
      default: String(part.name.dropFirst(4))
      }
    }.joined()
  }

  // MARK: By time

  @Test("by time, the latest rows are the test, and equal times are never parted")
  func byTime() throws {
    let parts = try split(.time(gap: 0)).assignments(timed([5, 1, 8, 8, 3, 2, 8, 4]))
    #expect(letters(parts) == "vtTTttTt")
  }

  @Test(
    "by time, rows within the gap before a part are in none",
    arguments: [(0, "ttttttvvTT"), (1, "ttttttvvTT"), (2, "ttttt-v-TT"), (9, "t--------T")] as [(Int64, String)])
  func gap(gap: Int64, expected: String) throws {
    let few = gap == 9
    let parts = try split(.time(gap: gap), test: few ? 0.1 : 0.2, validation: few ? 0 : 0.2).assignments(
      timed(Array(0..<10)))
    #expect(letters(parts) == expected)
  }

  @Test("folds by time follow one another, ties together, the gap before the test alone")
  func foldsByTime() throws {
    let parts = try split(.time(gap: 2), test: 0.2, validation: 0, folds: 3).assignments(
      timed([0, 1, 2, 2, 3, 3, 4, 5, 6, 7]))
    #expect(letters(parts) == "1122333-TT")
    let all = try split(.time(gap: 0), test: 0, validation: 0, folds: 2).assignments(timed([3, 1, 2, 4]))
    #expect(letters(all) == "2112")
  }

  @Test("a row without a time belongs to no part")
  func missingTime() throws {
    let error = #expect(throws: TablesError.self) {
      try split(.time(gap: 0)).assignments(timed([1, Column.missingInteger, 3]))
    }
    #expect(
      error?.description
        == "the column “t” is missing in 1 rows, first in row 2: a row without a time belongs to no part")
  }

  // MARK: By key

  @Test("by hash, a key's part depends on the key and the seed alone", arguments: [1, 2, 3] as [UInt64])
  func byHash(seed: UInt64) throws {
    let keys = (0..<300).map { "k\($0 % 40)" }
    func parts(_ keys: [String]) throws -> [String: Set<Split.Part>] {
      let assigned = try split(.hash, seed: seed).assignments(grouped(keys))
      return Dictionary(grouping: zip(keys, assigned), by: \.0).mapValues { Set($0.map(\.1)) }
    }
    let all = try parts(keys)
    #expect(all.values.allSatisfy { $0.count == 1 })
    #expect(try parts(keys.reversed() + ["new", "newer"]).filter { all[$0.key] != nil } == all)
  }

  @Test("a seed means the same rows for ever")
  func forEver() throws {
    let keys = (0..<24).map { "k\($0)" }
    let classes = (0..<24).map { Int32($0 % 3) }
    let found = try [
      split(.hash).assignments(grouped(keys)), split(.group).assignments(grouped(keys)),
      split(.group).assignments(grouped(keys, classes)), split(.random).assignments(SplitKeys(rowCount: 24)),
      split(.random, validation: 0, folds: 3).assignments(SplitKeys(rowCount: 24)),
    ].map(letters)
    #expect(
      found == [
        "vvtvvtvTvvttvTtTvvvTTTtt", "vvtTvTtttTttvtTtvtvtttTT", "TvTTvtttttTtvtvtTvvttttT",
        "tttvvttvTtTtvtvTttttTTvT", "23332113T2T3111T1322TT2T",
      ])
    #expect(SplitHash.join(SplitHash.hash("UA"), SplitHash.hash("1545")) == 8_221_306_241_870_894_754)
  }

  @Test(
    "by group, groups stay whole, and no part is further from its share than the largest group and a row",
    arguments: 0..<60)
  func byGroup(seed: UInt64) throws {
    var random = Draws(state: seed)
    let groupCount = 12 + random.next(60)
    let largest = 1 + random.next(30)
    let groups = (0..<groupCount).flatMap { group in
      [String](repeating: "g\(group)", count: 1 + random.next(largest))
    }
    let folds = seed % 3 == 0 ? 3 : 0
    let split = split(.group, test: 0.3, validation: folds > 0 ? 0 : 0.2, folds: folds, seed: seed)
    let parts = try split.assignments(grouped(groups))
    #expect(Dictionary(grouping: zip(groups, parts), by: \.0).values.allSatisfy { Set($0.map(\.1)).count == 1 })
    let shares: [Split.Part: Double] =
      folds > 0
      ? [.fold(1): 0.7 / 3, .fold(2): 0.7 / 3, .fold(3): 0.7 / 3, .test: 0.3]
      : [.train: 0.5, .validation: 0.2, .test: 0.3]
    for (part, share) in shares {
      #expect(abs(Double(parts.count { $0 == part }) - share * Double(groups.count)) <= Double(largest) + 1)
    }
  }

  @Test("by group, a part whose share is less than any group gets the smallest", arguments: [1, 2, 3, 4] as [UInt64])
  func smallShare(seed: UInt64) throws {
    let groups = (0..<50).flatMap { [String](repeating: "g\($0)", count: $0 == 17 ? 19 : 20) }
    let parts = try split(.group, test: 0.001, validation: 0, seed: seed).assignments(grouped(groups))
    #expect(Set(zip(groups, parts).filter { $0.1 == .test }.map(\.0)) == ["g17"])
    #expect(throws: TablesError.self) { try split(.group).assignments(grouped(["a", "a", "b"])) }
  }

  @Test("by time without a test part, the last instant is in another part")
  func noTest() throws {
    let parts = try split(.time(gap: 1), test: 0, validation: 0.25).assignments(timed([0, 1, 2, 3]))
    #expect(letters(parts) == "tttv")
  }

  // MARK: At random

  @Test("at random, shares are kept to the row, and those of each class within one", arguments: 0..<60)
  func stratified(seed: UInt64) throws {
    var random = Draws(state: seed)
    let classCount = 2 + random.next(5)
    let classes = (0..<(60 + random.next(200))).map { _ in Int32(random.next(1 + random.next(classCount))) }
    let total = Double(classes.count)
    let parts = try split(.random, test: 0.21, validation: 0.17, seed: seed).assignments(
      SplitKeys(rowCount: classes.count, classes: classes))
    #expect(parts.count { $0 == .test } == Int((total * 0.21).rounded()))
    #expect(parts.count { $0 == .validation } == Int((total * 0.17).rounded()))
    for label in Set(classes) {
      let own = zip(classes, parts).filter { $0.0 == label }.map(\.1)
      #expect(abs(Double(own.count { $0 == .test }) - 0.21 * Double(own.count)) < 1)
      #expect(abs(Double(own.count { $0 == .validation }) - 0.17 * Double(own.count)) < 1)
    }
  }

  @Test("folds hold each row that is not in the test once, evenly, and so each class", arguments: 2..<12)
  func folds(count: Int) throws {
    var random = Draws(state: UInt64(count))
    let classes = (0..<137).map { _ in Int32(random.next(3)) }
    let parts = try split(.random, test: 0.2, validation: 0, folds: count).assignments(
      SplitKeys(rowCount: classes.count, classes: classes))
    #expect(Set(parts) == Set((1...count).map(Split.Part.fold) + [.test]))
    func isEven(_ parts: [Split.Part]) -> Bool {
      let sizes = (1...count).map { fold in parts.count { $0 == .fold(fold) } }
      return (sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1
    }
    #expect(isEven(parts))
    for label in Set(classes) { #expect(isEven(zip(classes, parts).filter { $0.0 == label }.map(\.1))) }
  }

  /// Made by scikit-learn with `Fixtures/make-splits.py`.
  private struct Reference: Decodable {
    var classes: [Int32]
    var groups: [Int]
    var folds: Int
    /// For each class, the smallest and largest count that StratifiedKFold put into a fold.
    var stratifiedFolds: [[Int]]
    /// For each class, what StratifiedShuffleSplit put into a test part of 0.25.
    var stratifiedTest: [Int]
    /// The largest distance of a fold of GroupKFold from its even share of the rows.
    var groupDistance: Double
  }

  @Test("classes and groups are spread as scikit-learn spreads them")
  func scikitLearn() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/splits.json")
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: path))
    let keys = SplitKeys(rowCount: reference.classes.count, classes: reference.classes)
    let folded = try split(.random, test: 0, validation: 0, folds: reference.folds).assignments(keys)
    let tested = try split(.random, test: 0.25, validation: 0).assignments(keys)
    for (label, bounds) in reference.stratifiedFolds.enumerated() {
      func count(_ parts: [Split.Part], _ part: Split.Part) -> Int {
        zip(reference.classes, parts).count { $0.0 == Int32(label) && $0.1 == part }
      }
      let counts = (1...reference.folds).map { count(folded, .fold($0)) }
      #expect([counts.min() ?? 0, counts.max() ?? 0] == bounds)
      #expect(abs(count(tested, .test) - reference.stratifiedTest[label]) <= 1)
    }
    let groups = grouped(reference.groups.map { "g\($0)" })
    let parts = try split(.group, test: 0, validation: 0, folds: reference.folds).assignments(groups)
    let even = Double(groups.rowCount) / Double(reference.folds)
    let distance =
      (1...reference.folds).map { fold in abs(Double(parts.count { $0 == .fold(fold) }) - even) }.max() ?? 0
    #expect(distance <= max(1, reference.groupDistance))
  }

  @Test("a part that would be empty is an error")
  func empty() { #expect(throws: TablesError.self) { try split(.time(gap: 0)).assignments(timed([4, 4, 4])) } }

  // MARK: Rows

  @Test("records go to their parts byte for byte, the header to each")
  func copies() throws {
    let text = "t,v\r\n1,\"a,\nb\"\r\n2,c\r\n3,d\n4,e\n"
    var written: [Split.Part: String] = [:]
    try reader(text, blockBytes: 3).copy([.train, .test, .train, .leftOut], to: [.train, .validation, .test]) {
      part, bytes in written[part, default: ""] += String(decoding: bytes, as: UTF8.self)
    }
    #expect(written == [.train: "t,v\r\n1,\"a,\nb\"\r\n3,d\n", .test: "t,v\r\n2,c\r\n", .validation: "t,v\r\n"])
  }

  @Test("keys in several parts are counted and named; a row that is left out is in none")
  func overlap() throws {
    let scan = SplitScan(reader("k,l,v\na,1,1\nb,1,2\na,1,3\nb,1,4\nb,2,5\nc,1,6\nc,1,7\n"))
    let parts: [Split.Part] = [.train, .train, .test, .train, .validation, .test, .leftOut]
    let hashes = try scan.hashes(of: ["k", "l"])
    let overlap = try #require(try SplitOverlap(of: ["k", "l"], hashes: hashes, parts, scan))
    #expect(overlap.count == 1)
    #expect(overlap.examples == [SplitOverlap.Example(text: "a, 1", parts: [.train, .test])])
    #expect(try SplitOverlap(of: ["v"], hashes: try scan.hashes(of: ["v"]), parts, scan) == nil)
  }

  @Test("values that only share a hash are told apart by what they are")
  func collisions() throws {
    let scan = SplitScan(reader("k\na\nb\n"))
    #expect(try SplitOverlap(of: ["k"], hashes: [7, 7], [.train, .test], scan) == nil)
  }

  @Test("an entity with rows on both sides is a suspect, a category and a key are not")
  func suspects() throws {
    let rows = (0..<3000).map { "u\($0 % 600),c\($0 % 100),k\($0),\($0 % 30)\n" }.joined()
    let scan = SplitScan(reader("user,category,key,shop_id\n" + rows))
    let parts = try split(.random, validation: 0).assignments(SplitKeys(rowCount: 3000))
    let found = try SplitSuspects.find(in: ["user", "category", "key", "shop_id"], parts, scan)
    #expect(found.map(\.column) == ["user", "shop_id"])
    #expect(found.map(\.valueCount) == [600, 30])
  }

  @Test("a column of nearly as many values as rows is nothing to stratify by")
  func unsuitableClasses() throws {
    #expect(try SplitScan(reader("a,b\n1,x\n2,NA\n3,x\n4,\"\"\n5,x\n6,NA\n")).classes(of: "b") == [0, 1, 0, 2, 0, 1])
    #expect(throws: TablesError.self) { try SplitScan(reader("a\n1\n2\n3\n4\n")).classes(of: "a") }
  }

  @Test("columns are added to rows that stay as they are, tabs becoming commas")
  func addedColumns() throws {
    var text = ""
    let columns = [
      Column(name: "n", storage: .integers([1, Column.missingInteger])),
      Column(name: "w,x", storage: .strings(.init(codes: [0, 1], values: ["NA", "a\"b"]))),
    ]
    try reader("k\tv\n007\ta,b\n\"x\ty\"\t2.50\n", name: "d.tsv", blockBytes: 2).copy(adding: columns) { bytes in
      text += String(decoding: bytes, as: UTF8.self)
    }
    #expect(text == "k,v,n,\"w,x\"\n007,\"a,b\",1,\"NA\"\n\"x\ty\",2.50,,\"a\"\"b\"\n")
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

/// Numbers from a seed.
private struct Draws {
  var state: UInt64
  mutating func next(_ bound: Int) -> Int { Int(SplitHash.next(&state) % UInt64(bound)) }
}
