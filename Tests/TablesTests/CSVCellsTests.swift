import Tables
import Testing

@Suite struct CSVCellsTests {
  @Test(
    "rows are written as readers read them: quotes where needed, numbers as short as 32 bits need, missing as nothing")
  func rows() {
    let texts = Column.DictionaryColumn(codes: [0, 1, 2, -1, 3], values: ["UA", "a,b", "say \"x\"", "NA"])
    let pieces = CSVWriter.pieces(
      [
        .texts(texts), .numbers([0.1, 1, .nan, -2.5, 1e-20]), .strings(["x", nil, "y\nz", "", "w"]),
      ], rowCount: 5, threads: 2)
    let expected = "UA,0.1,x\n\"a,b\",1,\n\"say \"\"x\"\"\",,\"y\nz\"\n,-2.5,\"\"\n\"NA\",1e-20,w\n"
    #expect(String(decoding: pieces.flatMap { $0 }, as: UTF8.self) == expected)
  }

  @Test("the same bytes for any number of threads; every number reads back the same", arguments: [1, 2, 3, 8])
  func threads(count: Int) throws {
    var state: UInt64 = 7
    let numbers = (0..<30_000).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32))
      return number.isFinite ? number : 0
    }
    let codes = numbers.indices.map { Int32($0 % 3) }
    let columns: [CSVCells] = [.texts(.init(codes: codes, values: ["a", "b", "c"])), .numbers(numbers)]
    let bytes = CSVWriter.pieces(columns, rowCount: numbers.count, threads: count).flatMap { $0 }
    #expect(bytes == CSVWriter.pieces(columns, rowCount: numbers.count, threads: 1).flatMap { $0 })
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == numbers.count)
    let back = lines.map { Float($0.dropFirst(2)) }
    #expect(zip(back, numbers).allSatisfy { $0?.bitPattern == $1.bitPattern })
  }

  @Test("joined tables have the rows of all, their texts in one dictionary in the order of their first row")
  func joining() {
    func table(_ codes: [Int32], _ values: [String], _ numbers: [Double]) -> Table {
      Table(
        columns: [
          Column(name: "t", storage: .strings(.init(codes: codes, values: values))),
          Column(name: "n", storage: .floats(numbers)),
        ], rowCount: codes.count)
    }
    let joined = Table(joining: [
      table([1, -1], ["unused", "b"], [1, 2]), table([], [], []), table([0, 1, 0], ["a", "b"], [3, 4, 5]),
    ])
    #expect(joined == table([0, -1, 1, 0, 1], ["b", "a"], [1, 2, 3, 4, 5]))
    #expect(Table(joining: []).rowCount == 0)
  }
}
