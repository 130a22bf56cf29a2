namespace GspMl.Training.Graphs;

/// <summary>A rule does not hold for a node as it is.</summary>
/// <param name="reason">Why, for a message after the node's name.</param>
internal sealed class NoGradientException(string reason) : Exception(reason);
