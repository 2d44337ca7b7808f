package import Tables

extension TableReader {
  /// Passes all rows with the types that they have, in batches that have room whatever the number of columns.
  ///
  /// - Parameter begin: makes a state for the batches of a schema; called again where a later row shows that a type was
  ///   guessed wrong.
  package func scan<State>(
    begin: (Schema) throws -> State, _ body: (inout State, Table) throws -> Void
  ) throws -> State {
    let rowCount = min(32_768, max(256, 1_000_000 / max(1, try header().count)))
    return try forEachInferredBatch(of: rowCount, begin: begin, body).state
  }
}
