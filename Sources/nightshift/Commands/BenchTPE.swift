internal import ArgumentParser
internal import Foundation
internal import Learning

/// Suggests points for functions that somebody else computes: for Scripts/bench/learning-tpe. Reads a line with a search,
/// prints a line with the values of a point, reads a line with what the function gave there, and so on; a line that is no
/// number ends the search, and the next line is another.
struct BenchTPE: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-tpe", abstract: "Search functions (for Scripts/bench/learning-tpe).", shouldDisplay: false)

  /// A line that begins a search.
  private struct Search: Decodable {
    struct Parameter: Decodable {
      var name: String
      /// `float`, `log`, `int` or `choices`.
      var kind: String
      /// The bounds, both included.
      var low, high: Double?
      var choices: [String]?
    }

    var method: Searcher.Method
    var seed: Int
    var parameters: [Parameter]
  }

  func run() throws {
    while let line = readLine() {
      let search = try JSONDecoder().decode(Search.self, from: Data(line.utf8))
      try run(Searcher(search.method, SearchSpace(try search.parameters.map(parameter)), seed: search.seed))
    }
  }

  private func run(_ searcher: Searcher) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var history: [Searcher.Observation] = []
    while true {
      let values = searcher.suggestion(history.count, after: history)
      Terminal.write(String(decoding: try encoder.encode(values), as: UTF8.self))
      guard let loss = readLine().flatMap({ Double($0) }) else { return }
      history.append(.init(number: history.count, values: values, standing: .complete(loss: loss)))
    }
  }

  private func parameter(_ parameter: Search.Parameter) throws -> SearchSpace.Parameter {
    let (low, high) = (parameter.low ?? 0, parameter.high ?? 0)
    let domain: SearchSpace.Domain
    switch (parameter.kind, parameter.choices) {
    case ("float", nil): domain = .numbers(low...high, step: nil, scale: .linear)
    case ("log", nil): domain = .numbers(low...high, step: nil, scale: .logarithmic)
    case ("int", nil): domain = .integers(Int(low)...Int(high), step: 1, scale: .linear)
    case ("choices", let choices?): domain = .choices(choices)
    default: throw ValidationError("“\(parameter.kind)” is no kind of a parameter: float, log, int, choices")
    }
    return SearchSpace.Parameter(name: parameter.name, domain: domain)
  }
}
