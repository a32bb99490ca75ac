// One of two processors' tests mostly waits, for a real Elasticsearch or for a sender's patience to end: a third goes on meanwhile.
[assembly: Xunit.v3.Parallelization(MaxThreads = 3)]
