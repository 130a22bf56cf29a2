namespace GspMl.Projection;

/// <summary>What the entries within the support hold after a projection.</summary>
public enum ProjectionValues
{
    /// <summary>
    /// The projection's own values: reduced by the threshold and scaled, so that the result is the nearest point. A vector whose values
    /// would be too large for the number type is shrunk until they fit: it is as sparse then, and finite.
    /// </summary>
    Projected,

    /// <summary>The values they had: the projection only chooses which entries stay.</summary>
    Original,
}
