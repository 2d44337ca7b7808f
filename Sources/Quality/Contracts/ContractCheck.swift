internal import Dispatch
package import Records
internal import Synchronization
package import Tables

/// Holds a contract against data: all rules in one pass over the rows, side by side. Memory does not grow with the data.
package struct ContractCheck {
  private let contract: Contract
  private let data: TableReader
  private let surroundings: ContractSurroundings

  package init(_ contract: Contract, on data: TableReader, _ surroundings: ContractSurroundings) {
    self.contract = contract
    self.data = data
    self.surroundings = surroundings
  }

  /// What became of each rule. The document's data and reference are for the caller to name.
  package func document() throws -> ContractDocument {
    let header = try data.header()
    let used = Set(contract.rules.flatMap(\.columns))
    let columns = header.filter(used.contains)
    let (rowCount, findings) = try outcomes(header, columns)
    let lookup = try FailingRows(data, header, contract.rules, findings)
    return ContractDocument(
      contract: contract.name, data: nil, dataVersion: nil, reference: nil, rowCount: rowCount,
      findings: zip(contract.rules, findings).map { rule, finding in
        ContractDocument.Finding(
          rule: rule.id, statement: rule.statement, severity: rule.severity, outcome: finding.outcome,
          explanation: finding.explanation, observed: finding.observed, failingCount: finding.failing?.count,
          judgedCount: finding.judgedCount,
          places: finding.outcome == .failed ? lookup.places(finding.failing?.first.prefix(5) ?? []) : [])
      }, sampleColumns: lookup.columns, samples: lookup.samples)
  }

  /// Columns are read with the types that the contract gives them; where a value does not fit, or the contract gives
  /// none, with those that the data has.
  private func outcomes(_ header: [String], _ columns: [String]) throws -> (Int, [RuleFinding]) {
    // Where misfits are read as missing or take their file away, reading would not tell of them.
    let isTyped = data.options.onError == .fail && columns.allSatisfy { contract.types[$0] != nil }
    if isTyped {
      do { return try pass(header, columns, contract.types) } catch TablesError.unfitting {}
    }
    let given = contract.types.filter { $0.value == .string && header.contains($0.key) }
    let schema = try surroundings.schema ?? data.inferredSchema(types: given)
    var types: [String: ColumnType] = [:]
    for column in schema.columns { types[column.name] = readType(contract.types[column.name], found: column.type) }
    return try pass(header, columns, types)
  }

  /// Text is what anything can be read as, and a whole number is a number.
  private func readType(_ wanted: ColumnType?, found: ColumnType) -> ColumnType {
    switch (wanted, found) {
    case (.string?, _): .string
    case (.float?, .integer): .float
    default: found
    }
  }

  private func pass(_ header: [String], _ columns: [String], _ types: [String: ColumnType]) throws
    -> (Int, [RuleFinding])
  {
    let factory = RuleFactory(contract: contract, header: header, types: types, surroundings: surroundings)
    let works = try contract.rules.map { RuleWork(try factory.check($0)) }
    var rowCount = 0
    // With no column to look at, any will do to count the rows.
    let read = columns.isEmpty ? Array(header.prefix(1)) : columns
    try data.forEachBatch(of: RuleFactory.rowsInBatch, columns: read, types: types, dictionaries: .perBatch) { table in
      let batch = RuleBatch(
        views: Dictionary(
          zip(read, table.columns.map(ColumnView.init)), uniquingKeysWith: { first, _ in first }),
        rowCount: table.rowCount, firstRow: rowCount)
      DispatchQueue.concurrentPerform(iterations: works.count) { works[$0].take(batch) }
      for work in works { try work.checkFault() }
      rowCount += table.rowCount
    }
    return (rowCount, try works.map { try $0.finding() })
  }
}

/// A rule at work: taken by one thread at a time.
private final class RuleWork: Sendable {
  private struct State {
    var check: any RuleCheck
    var reason: String?
    var fault: (any Error)?
  }

  private let state: Mutex<State>

  init(_ check: any RuleCheck) { state = Mutex(State(check: check)) }

  func take(_ batch: RuleBatch) {
    state.withLock { state in
      guard state.reason == nil, state.fault == nil else { return }
      do { try state.check.take(batch) } catch let fault as RuleFault { state.reason = fault.description } catch {
        state.fault = error
      }
    }
  }

  /// Throws what went wrong beside the rule: a full disk.
  func checkFault() throws { try state.withLock { if let fault = $0.fault { throw fault } } }

  func finding() throws -> RuleFinding {
    try state.withLock { state in
      if let reason = state.reason { return .couldNotRun(reason) }
      return try state.check.finding()
    }
  }
}
