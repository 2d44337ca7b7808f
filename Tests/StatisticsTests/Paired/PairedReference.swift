import Foundation

/// Fixtures/paired.json, which make-paired.py made.
struct PairedReference: Decodable {
  struct Value: Decodable {
    var function: String
    var arguments: [Double]
    var value: Double
  }
  struct Areas: Decodable {
    var first, second: [Double]
    var labels: [Int]
    var areas: [Double]
    var variance, margin, lower, upper, p: Double
  }
  struct Counts: Decodable {
    var b, c, n: Int
    var exact, statistic, p, oneSided, lower, upper, margin, pAtMargin: Double
  }
  struct Bootstrap: Decodable {
    var actual, first, second: [Double]
    var count: Int
    var seed: UInt64
    var margin, confidence, lower, upper, p: Double
    var weights: [UInt8]
  }

  var distributions: [Value]
  var delong: [Areas]
  var mcnemar: [Counts]
  var bootstrap: Bootstrap

  static func load() throws -> PairedReference {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/paired.json")
    return try JSONDecoder().decode(PairedReference.self, from: try Data(contentsOf: path))
  }
}
