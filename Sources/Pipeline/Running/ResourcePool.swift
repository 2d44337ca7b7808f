/// The cores and the memory that steps share. Who came first is served first: a large need is not passed by for ever.
actor ResourcePool {
  struct Need: Hashable, Sendable {
    var cpus: Int
    /// 0 where it is not known.
    var memoryBytes: Int
  }

  private struct Waiter {
    var id: Int
    var need: Need
    var go: CheckedContinuation<Bool, Never>
  }

  nonisolated let capacity: Need
  private var free: Need
  private var waiters: [Waiter] = []
  private var nextID = 0

  init(_ capacity: Need) {
    self.capacity = capacity
    free = capacity
  }

  /// Takes what is needed, at most what there is at all, as soon as it is free; gives what was taken, which goes back
  /// by ``giveBack(_:)``. Throws `CancellationError` when the task is cancelled while it waits.
  func take(_ need: Need) async throws -> Need {
    let need = Need(cpus: min(need.cpus, capacity.cpus), memoryBytes: min(need.memoryBytes, capacity.memoryBytes))
    try Task.checkCancellation()
    if waiters.isEmpty, fits(need) {
      subtract(need)
      return need
    }
    let id = nextID
    nextID += 1
    let isServed = await withTaskCancellationHandler {
      await withCheckedContinuation { go in
        waiters.append(Waiter(id: id, need: need, go: go))
        // The handler may have run before there was anything to withdraw.
        if Task.isCancelled { withdraw(id) }
      }
    } onCancel: {
      Task { await self.withdraw(id) }
    }
    guard isServed else { throw CancellationError() }
    return need
  }

  /// Runs `body` with what is needed, and gives it back however that ends.
  nonisolated func holding<Value: Sendable>(_ need: Need, _ body: (Need) async throws -> Value) async throws -> Value {
    let taken = try await take(need)
    do {
      let value = try await body(taken)
      await giveBack(taken)
      return value
    } catch {
      await giveBack(taken)
      throw error
    }
  }

  func giveBack(_ need: Need) {
    free.cpus += need.cpus
    free.memoryBytes += need.memoryBytes
    serve()
  }

  /// How many wait.
  var waiterCount: Int { waiters.count }

  private func withdraw(_ id: Int) {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
    waiters.remove(at: index).go.resume(returning: false)
    serve()
  }

  private func serve() {
    while let first = waiters.first, fits(first.need) {
      waiters.removeFirst()
      subtract(first.need)
      first.go.resume(returning: true)
    }
  }

  private func fits(_ need: Need) -> Bool { need.cpus <= free.cpus && need.memoryBytes <= free.memoryBytes }

  private func subtract(_ need: Need) {
    free.cpus -= need.cpus
    free.memoryBytes -= need.memoryBytes
  }
}
