import Foundation
@testable import Tables
import Testing

/// Against what Python's csv module reads: Fixtures/nasty.json, which make-nasty.py made.
@Suite struct NastyFileTests {
  struct NastyFile: Decodable {
    var name, text: String
    var header: [String]
    var rows: [[String]]
  }

  static let files: [NastyFile] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/nasty.json")
    guard let data = try? Data(contentsOf: path) else { return [] }
    return (try? JSONDecoder().decode([NastyFile].self, from: data)) ?? []
  }()

  @Test("nasty files are read as Python's csv module reads them, wherever blocks end", arguments: 0..<60)
  func nastyFile(index: Int) throws {
    let file = try #require(Self.files.indices.contains(index) ? Self.files[index] : nil)
    let types = Dictionary(uniqueKeysWithValues: file.header.map { ($0, ColumnType.string) })
    let expected = file.header.indices.map { column in file.rows.map { Array($0[column].utf8) } }
    for blockBytes in [1, 2, 7, 1 << 20] {
      let table = try reader(file.text, name: file.name, blockBytes: blockBytes).readTable(types: types)
      #expect(table.columns.map { Array($0.name.utf8) } == file.header.map { Array($0.utf8) })
      // Python does not tell an empty value from a missing one.
      #expect(table.columns.map { $0.texts.map { Array(($0 ?? "").utf8) } } == expected, "blocks of \(blockBytes)")
    }
  }

  @Test("parts of a split read as the file they came from, TSV too", arguments: 0..<60)
  func copies(index: Int) throws {
    let file = try #require(Self.files.indices.contains(index) ? Self.files[index] : nil)
    let types = Dictionary(uniqueKeysWithValues: file.header.map { ($0, ColumnType.string) })
    let source = reader(file.text, name: file.name, blockBytes: 5)
    var bytes: [UInt8] = []
    try source.copy([Split.Part](repeating: .train, count: file.rows.count), to: [.train]) { part, piece in
      if part == .train { bytes += piece }
    }
    let copy = try reader(String(decoding: bytes, as: UTF8.self)).readTable(types: types)
    #expect(try copy == source.readTable(types: types))
  }
}
