/// One mistake in a spec, with its place and what to do about it.
package struct SpecMistake: Codable, Hashable, Sendable {
  package var place: Place
  package var message: String

  package init(place: Place, message: String) {
    self.place = place
    self.message = message
  }
}

/// Why a spec was refused: every mistake in it, in the order of their places. Nothing of it was executed.
package struct SpecError: Error, Hashable, Sendable {
  /// The spec's name as people know it.
  package var file: String
  /// At least one.
  package var mistakes: [SpecMistake]

  package init(file: String, mistakes: [SpecMistake]) {
    self.file = file
    self.mistakes = mistakes.sorted { ($0.place, $0.message) < ($1.place, $1.message) }
  }

  /// A line for each mistake, as compilers print them: `FILE:LINE:COLUMN: MESSAGE`.
  package var lines: [String] {
    mistakes.map { "\(file):\($0.place.line):\($0.place.column): \($0.message)" }
  }
}

extension SpecError: CustomStringConvertible {
  package var description: String { lines.joined(separator: "\n") }
}
