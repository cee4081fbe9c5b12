"""Things, materials, skills and hours that go from hand to hand."""
