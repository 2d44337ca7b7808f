@testable import Pipeline
import Testing

@Suite struct ResourcePoolTests {
  private typealias Need = ResourcePool.Need

  @Test("what is taken together never exceeds what there is, and all are served")
  func bounds() async throws {
    let pool = ResourcePool(Need(cpus: 3, memoryBytes: 100))
    let used = Used()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<60 {
        group.addTask {
          let need = try await pool.take(Need(cpus: index % 5, memoryBytes: index * 37 % 140))
          await used.add(need.cpus, need.memoryBytes)
          await Task.yield()
          await used.add(-need.cpus, -need.memoryBytes)
          await pool.giveBack(need)
        }
      }
      try await group.waitForAll()
    }
    #expect(await used.most.cpus <= 3)
    #expect(await used.most.memoryBytes <= 100)
    #expect(await used.now == Need(cpus: 0, memoryBytes: 0))
  }

  @Test("a small need does not pass by a large one that came before it")
  func order() async throws {
    let pool = ResourcePool(Need(cpus: 2, memoryBytes: 0))
    let held = try await pool.take(Need(cpus: 1, memoryBytes: 0))
    let order = Order()
    let large = Task {
      let need = try await pool.take(Need(cpus: 2, memoryBytes: 0))
      await order.add("large")
      await pool.giveBack(need)
    }
    while await pool.waiterCount == 0 { await Task.yield() }
    let small = Task {
      let need = try await pool.take(Need(cpus: 1, memoryBytes: 0))
      await order.add("small")
      await pool.giveBack(need)
    }
    while await pool.waiterCount == 1 { await Task.yield() }
    await pool.giveBack(held)
    _ = try await (large.value, small.value)
    #expect(await order.names == ["large", "small"])
  }

  @Test("a task that is cancelled while it waits takes nothing and blocks nobody")
  func cancellation() async throws {
    let pool = ResourcePool(Need(cpus: 1, memoryBytes: 0))
    let held = try await pool.take(Need(cpus: 1, memoryBytes: 0))
    let waiting = Task { try await pool.take(Need(cpus: 1, memoryBytes: 0)) }
    while await pool.waiterCount == 0 { await Task.yield() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    await pool.giveBack(held)
    #expect(try await pool.take(Need(cpus: 1, memoryBytes: 0)).cpus == 1)
  }

  private actor Used {
    var now = ResourcePool.Need(cpus: 0, memoryBytes: 0)
    var most = ResourcePool.Need(cpus: 0, memoryBytes: 0)

    func add(_ cpus: Int, _ memoryBytes: Int) {
      now.cpus += cpus
      now.memoryBytes += memoryBytes
      most.cpus = max(most.cpus, now.cpus)
      most.memoryBytes = max(most.memoryBytes, now.memoryBytes)
    }
  }

  private actor Order {
    var names: [String] = []
    func add(_ name: String) { names.append(name) }
  }
}
