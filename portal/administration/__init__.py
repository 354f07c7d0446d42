"""What the two admin sites share: menu, start pages, cards."""
