/// What a step told of its metrics while it ran: `metrics.ndjson`, as curves. Whoever wrote it may have been killed at any
/// byte, or be hostile: what is no point is passed over, and what is kept is bounded.
package struct StepCurves: Codable, Hashable, Sendable {
  /// One metric's values.
  package struct Curve: Codable, Hashable, Sendable {
    package var metric: String
    package var points: [Point]
  }

  package struct Point: Codable, Hashable, Sendable {
    package var step: Int
    package var value: Double
  }

  /// By metric, sorted; each by step, and no more than ``limitPoints``: of more, as many spread evenly, the last among
  /// them.
  package private(set) var curves: [Curve] = []
  /// Whole lines that are no point.
  package private(set) var strangeLineCount = 0
  /// Points of metrics beyond ``limitCurves``.
  package private(set) var surplusPointCount = 0

  package static let fileName = "metrics.ndjson"
  package static let limitBytes = 8 << 20
  package static let limitCurves = 20
  package static let limitPoints = 200
  private static let limitLineBytes = 4096
  private static let limitNameLength = 80

  private struct Line: Decodable {
    var step: Int
    var metric: String
    var value: Double
  }

  /// - Parameter bytes: of `metrics.ndjson`; what comes after ``limitBytes`` is not looked at.
  package init(_ bytes: [UInt8]) {
    var values: [String: [Int: Double]] = [:]
    let end = min(bytes.count, Self.limitBytes)
    var start = 0
    while start < end {
      // A line without its end is one that a death tore, or that is not finished yet.
      guard let newline = bytes[start..<end].firstIndex(of: 10) else { break }
      let line = bytes[start..<newline]
      start = newline + 1
      guard !line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) else { continue }
      guard line.count <= Self.limitLineBytes, let point = try? CanonicalJSON.decode(Line.self, from: Array(line)),
        point.value.isFinite, !point.metric.isEmpty
      else {
        strangeLineCount += 1
        continue
      }
      let name = String(point.metric.prefix(Self.limitNameLength))
      guard values[name] != nil || values.count < Self.limitCurves else {
        surplusPointCount += 1
        continue
      }
      // A step that is told again, as after a checkpoint, is told anew.
      values[name, default: [:]][point.step] = point.value
    }
    curves = values.sorted { $0.key < $1.key }.map { Curve(metric: $0.key, points: Self.thinned($0.value)) }
  }

  private static func thinned(_ values: [Int: Double]) -> [Point] {
    let points = values.sorted { $0.key < $1.key }.map { Point(step: $0.key, value: $0.value) }
    guard points.count > limitPoints else { return points }
    return (0..<limitPoints).map { points[$0 * (points.count - 1) / (limitPoints - 1)] }
  }
}
